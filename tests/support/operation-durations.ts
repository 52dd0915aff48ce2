/** The histogram of what operations of Genesis took: so many of all within 0.1 s, and all together so many seconds. */
export const operationDurations = (fast: number, all: number, seconds: number): string =>
  `# TYPE genesis_operation_duration_seconds histogram
genesis_operation_duration_seconds_bucket{le="0.1"} ${fast}
genesis_operation_duration_seconds_bucket{le="+Inf"} ${all}
genesis_operation_duration_seconds_sum ${seconds}
genesis_operation_duration_seconds_count ${all}
`;
