package dev.sluice.aws.dynamodb;

import dev.sluice.aws.result.JobResult;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The runs table, which state machines and jobs share; here is the jobs' side. */
public final class DynamoDbRuns {

    private final ItemTable items;

    /**
     * @param client reaches DynamoDB; stays the caller's to close
     * @param tableName the DynamoDB table, with hash key {@code run} and range key {@code entry}
     */
    public DynamoDbRuns(DynamoDbClient client, String tableName) {
        this.items = new ItemTable(client, tableName, JobResult.RUN, JobResult.ENTRY);
    }

    /** Creates the DynamoDB table unless it is there: for one machine; on AWS it is infrastructure. */
    public void createTableIfAbsent() {
        items.createIfAbsent();
    }

    /** Writes a job's result over that of an earlier try of the same run. */
    public void record(JobResult result) {
        // Without a condition there is nothing to refuse.
        items.put(AttributeTree.item(result.item()), new Expression());
    }
}
