/** A histogram of two label sets, with nothing wrong in it. */
export const SOUND = `# TYPE d histogram
d_bucket{op="a",le="0.1"} 1
d_bucket{op="a",le="0.5"} 3
d_bucket{op="a",le="+Inf"} 4
d_sum{op="a"} 2.5
d_count{op="a"} 4
d_bucket{op="b",le="0.1"} 0
d_bucket{op="b",le="0.5"} 1
d_bucket{op="b",le="+Inf"} 1
d_sum{op="b"} 0.5
d_count{op="b"} 1
`;
