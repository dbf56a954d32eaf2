package dev.sluice.infrastructure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What a topic tells people, read through a queue that subscribes to it as a person's mailbox would. */
final class Topic {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SqsClient sqs;
    private final String queue;

    /** A message as it arrives. */
    record Told(String subject, String text) {}

    Topic(SnsClient sns, SqsClient sqs, String topicArn) {
        this.sqs = sqs;
        this.queue = sqs.createQueue(request -> request.queueName("mailbox")).queueUrl();
        String arn = sqs.getQueueAttributes(
                        request -> request.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        sns.subscribe(request -> request.topicArn(topicArn).protocol("sqs").endpoint(arn));
    }

    /** What has arrived since the last look, in no order. */
    List<Told> news() throws JsonProcessingException {
        List<Told> news = new ArrayList<>();
        while (true) {
            List<Message> messages = sqs.receiveMessage(
                            request -> request.queueUrl(queue).maxNumberOfMessages(10))
                    .messages();
            if (messages.isEmpty()) {
                return news;
            }
            for (Message message : messages) {
                JsonNode body = JSON.readTree(message.body());
                news.add(new Told(
                        body.path("Subject").asText(), body.path("Message").asText()));
                sqs.deleteMessage(request -> request.queueUrl(queue).receiptHandle(message.receiptHandle()));
            }
        }
    }
}
