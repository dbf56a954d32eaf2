package dev.sluice.kafka;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.apicurio.registry.utils.converter.avro.AvroData;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/** How a connector writes keys and values. */
interface EventFormat {

    byte[] key(SourceRecord event);

    byte[] value(SourceRecord event);

    /** Kafka Connect's own JSON, with schemas. */
    static EventFormat json() {
        JsonConverter keys = new JsonConverter();
        keys.configure(Map.of("schemas.enable", "true"), true);
        JsonConverter values = new JsonConverter();
        values.configure(Map.of("schemas.enable", "true"), false);
        return new EventFormat() {
            @Override
            public byte[] key(SourceRecord event) {
                return event.key() == null ? null : keys.fromConnectData(event.topic(), event.keySchema(), event.key());
            }

            @Override
            public byte[] value(SourceRecord event) {
                return event.value() == null
                        ? null
                        : values.fromConnectData(event.topic(), event.valueSchema(), event.value());
            }
        };
    }

    /** Avro as a converter of Kafka Connect makes it, behind a zero byte and the number of its schema. */
    static EventFormat avro(String registry) {
        return new Avro(URI.create(registry));
    }

    /** Avro with a registry. */
    final class Avro implements EventFormat {

        private static final int CACHED = 100;
        private static final ObjectMapper JSON = new ObjectMapper();

        private final URI registry;
        private final HttpClient client = HttpClient.newHttpClient();
        private final AvroData avro = new AvroData(CACHED);
        private final Map<Schema, Integer> numbers = new HashMap<>();

        private Avro(URI registry) {
            this.registry = registry;
        }

        @Override
        public byte[] key(SourceRecord event) {
            return event.key() == null ? null : encode(event.topic() + "-key", event.keySchema(), event.key());
        }

        @Override
        public byte[] value(SourceRecord event) {
            return event.value() == null ? null : encode(event.topic() + "-value", event.valueSchema(), event.value());
        }

        private byte[] encode(String subject, org.apache.kafka.connect.data.Schema schema, Object data) {
            Schema written = avro.fromConnectSchema(schema);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                DataOutputStream header = new DataOutputStream(bytes);
                header.writeByte(0);
                header.writeInt(numbers.computeIfAbsent(written, unknown -> register(subject, unknown)));
                header.flush();
                BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
                new GenericDatumWriter<>(written).write(avro.fromConnectData(schema, data), encoder);
                encoder.flush();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return bytes.toByteArray();
        }

        private int register(String subject, Schema schema) {
            String body =
                    JSON.createObjectNode().put("schema", schema.toString()).toString();
            String credentials = Base64.getEncoder()
                    .encodeToString(
                            (Broker.REGISTRY_USER + ":" + Broker.REGISTRY_PASSWORD).getBytes(StandardCharsets.UTF_8));
            HttpRequest request = HttpRequest.newBuilder(registry.resolve("/subjects/" + subject + "/versions"))
                    .header("Authorization", "Basic " + credentials)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try {
                return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .path("id")
                        .asInt();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while a schema was registered", interrupted);
            }
        }
    }
}
