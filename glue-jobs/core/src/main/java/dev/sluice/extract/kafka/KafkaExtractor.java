package dev.sluice.extract.kafka;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.Connections;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Extractor;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;

/** Reads topics with the change events of one table each. One client per open table asks for offsets; Spark reads records. */
public final class KafkaExtractor implements Extractor {

    @Override
    public Extraction open(SourceSettings source, Connections connections, TableSettings table) {
        if (!(table.extract().relation() instanceof Relation.Topic topic)) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + table.name() + ": its source " + source.source()
                            + " is of kind kafka and extract names no topic. Give extract.topic and extract.format");
        }
        KafkaEndpoint kafka = connections.resolveKafka(source);
        if (topic.format() == EventFormat.DEBEZIUM_AVRO && kafka.registry().isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + table.name() + ": extract.format is debezium-avro and source "
                            + source.source() + " names no schema registry. Give connection.registry-url");
        }
        return KafkaExtraction.open(kafka, topic, table);
    }
}
