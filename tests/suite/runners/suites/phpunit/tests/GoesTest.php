<?php
use PHPUnit\Framework\TestCase;

final class GoesTest extends TestCase
{
    public function testFinds(): void
    {
        $this->assertTrue(true);
    }
}
