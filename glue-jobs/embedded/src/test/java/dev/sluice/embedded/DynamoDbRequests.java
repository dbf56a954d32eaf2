package dev.sluice.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** DynamoDB's JSON protocol by hand, so that no AWS SDK is needed on this class path. */
final class DynamoDbRequests {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private DynamoDbRequests() {}

    static String listTables(URI endpoint) throws IOException, InterruptedException {
        return send(endpoint, "ListTables", "{}");
    }

    static String createTable(URI endpoint, String table) throws IOException, InterruptedException {
        return send(
                endpoint,
                "CreateTable",
                """
                {"TableName": "%s", "BillingMode": "PAY_PER_REQUEST",
                 "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                 "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
                """
                        .formatted(table));
    }

    /** One more row, on the condition that it is new. */
    static String putNew(URI endpoint, String table, String id) throws IOException, InterruptedException {
        return send(
                endpoint,
                "PutItem",
                """
                {"TableName": "%s", "Item": {"id": {"S": "%s"}},
                 "ConditionExpression": "attribute_not_exists(id)"}
                """
                        .formatted(table, id));
    }

    private static String send(URI endpoint, String operation, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                .header("X-Amz-Date", "20260101T000000Z")
                .header("Content-Type", "application/x-amz-json-1.0")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request,"
                                + " SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
