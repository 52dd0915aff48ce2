describe('search', () => {
  it('finds', () => {});
});
