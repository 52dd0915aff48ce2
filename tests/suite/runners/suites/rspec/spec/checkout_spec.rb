def service
  state = File.read('state')
  if state == 'hanging'
    File.write('waiting', '')
    sleep 60
  end
  state
end

RSpec.describe 'checkout' do
  it 'answers' do
    expect(service).to eq('up'), 'the service is down'
  end

  it('greets') { true } # goes
end
