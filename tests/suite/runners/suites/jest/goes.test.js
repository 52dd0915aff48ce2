test('finds', () => {});
