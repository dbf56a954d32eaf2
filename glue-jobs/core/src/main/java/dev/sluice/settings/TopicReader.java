package dev.sluice.settings;

import dev.sluice.settings.ExtractSettings.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads an {@code extract} that names a topic. */
final class TopicReader {

    /** Kafka's own rule. */
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    private static final List<String> NOT_FOR_TOPICS =
            List.of(Keys.RELATION, Keys.QUERY, Keys.FILTER, Keys.BOOKMARK, Keys.FETCH_SIZE);

    private final ObjectReader reader;

    TopicReader(ObjectReader reader) {
        this.reader = reader;
    }

    ExtractReader.Draft read() {
        reader.require(Keys.TOPIC, "Name the topic that holds the table's changes.");
        reader.require(Keys.FORMAT, "Say how its records are written: " + Words.of(EventFormat.values()) + ".");
        Optional<String> topic = reader.text(Keys.TOPIC);
        topic.filter(name -> !TOPIC.matcher(name).matches())
                .ifPresent(wrong -> reader.problem(
                        Keys.TOPIC, "Is no name of a topic: " + wrong + ".", "Use letters, digits, dots, _ and -."));
        Optional<EventFormat> format = reader.choice(Keys.FORMAT, EventFormat.values());
        for (String key : NOT_FOR_TOPICS) {
            if (reader.has(key)) {
                reader.problem(
                        key,
                        "Does not go with a topic, which is read from the offsets of its bookmark on.",
                        "Leave " + key + " out.");
            }
        }
        if (reader.choice(Keys.STRATEGY, Strategy.values())
                .filter(strategy -> strategy == Strategy.FULL)
                .isPresent()) {
            reader.problem(Keys.STRATEGY, "A topic is read incrementally.", "Leave strategy out.");
        }
        Optional<Integer> parallelism = reader.integer(Keys.PARALLELISM, 1);
        return new ExtractReader.Draft(
                new ExtractSettings(
                        new Relation.Topic(topic.orElse("unread"), format.orElse(EventFormat.DEBEZIUM_JSON)),
                        Optional.empty(),
                        Strategy.INCREMENTAL,
                        Optional.empty(),
                        parallelism.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                        ExtractSettings.DEFAULT_FETCH_SIZE),
                Strategy.INCREMENTAL);
    }
}
