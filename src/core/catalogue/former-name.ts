/** Parts the fingerprint of a failure from the name that its check had when it was taken, if it has another now. */
export const ofFormer = ' of ';
