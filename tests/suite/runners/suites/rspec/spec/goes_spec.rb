RSpec.describe 'search' do
  it 'finds' do
    true
  end
end
