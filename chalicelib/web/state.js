// How an export stands, as people see it: the service tells of a canceled one as of a failed one.

const CANCELED = "The export was canceled";

export const isCanceled = ({ message }) => Boolean(message?.startsWith(CANCELED));

export const stateOf = (job) => (job.status === "FAILED" && isCanceled(job) ? "CANCELED" : job.status);
