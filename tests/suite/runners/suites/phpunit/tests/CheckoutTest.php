<?php
use PHPUnit\Framework\TestCase;

final class CheckoutTest extends TestCase
{
    private function service(): string
    {
        $state = file_get_contents('state');
        if ($state === 'hanging') {
            touch('waiting');
            sleep(60);
        }
        return $state;
    }

    public function testAnswers(): void
    {
        $this->assertSame('up', $this->service(), 'the service is down');
    }

    public function testGreets(): void { $this->assertTrue(true); } // goes
}
