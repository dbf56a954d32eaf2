/**
 * How a job says what became of it: the item that it leaves in the runs table, which the state machine reads. Its keys and
 * their types are in {@link dev.sluice.aws.result.JobResult} alone; {@code job-results.json} beside it shows two.
 */
package dev.sluice.aws.result;
