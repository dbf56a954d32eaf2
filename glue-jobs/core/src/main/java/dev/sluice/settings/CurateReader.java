package dev.sluice.settings;

import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.CurateSettings.QualityRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code curate}. */
final class CurateReader {

    /** Loads and readers that lag behind need the files of a day; longer than this no one means. */
    private static final Duration SHORTEST_RETENTION = Duration.ofDays(1);

    private static final Duration LONGEST_RETENTION = Duration.ofDays(3650);

    private CurateReader() {}

    /** What was read, before the columns it names are known to exist. */
    record Draft(
            Optional<Mode> mode,
            List<Located<String>> primaryKey,
            List<Located<String>> orderBy,
            List<Located<String>> partitionBy,
            List<QualityRule> quality,
            Optional<String> deleteWhen,
            Optional<Located<String>> validTime,
            Optional<Duration> retention) {}

    static Draft read(ObjectReader reader, Problems problems) {
        reader.require(Keys.MODE, "Say how a batch becomes part of curated: " + Words.of(Mode.values()) + ".");
        return new Draft(
                reader.choice(Keys.MODE, Mode.values()),
                reader.texts(Keys.PRIMARY_KEY),
                reader.texts(Keys.ORDER_BY),
                reader.texts(Keys.PARTITION_BY),
                quality(reader, problems),
                deleteWhen(reader),
                reader.text(Keys.VALID_TIME).map(name -> new Located<>(reader.at(Keys.VALID_TIME), name)),
                retention(reader));
    }

    private static Optional<String> deleteWhen(ObjectReader reader) {
        Optional<String> condition = reader.text(Keys.DELETE_WHEN);
        condition.ifPresent(sql -> ExtractReader.checkNoSemicolon(reader, Keys.DELETE_WHEN, sql));
        return condition;
    }

    private static Optional<Duration> retention(ObjectReader reader) {
        Optional<Duration> retention = reader.duration(Keys.RETENTION);
        retention.ifPresent(duration -> {
            if (duration.compareTo(SHORTEST_RETENTION) < 0) {
                reader.problem(
                        Keys.RETENTION,
                        "Is shorter than a day: loads and readers that lag behind would lose the files they read.",
                        "Write P1D or longer, or leave retention out for Delta's own defaults.");
            } else if (duration.compareTo(LONGEST_RETENTION) > 0) {
                reader.problem(
                        Keys.RETENTION,
                        "Is longer than ten years: every file a table ever had would be kept.",
                        "Write at most P3650D; curate.mode history keeps versions of rows for ever.");
            }
        });
        return retention;
    }

    private static List<QualityRule> quality(ObjectReader reader, Problems problems) {
        List<QualityRule> rules = new ArrayList<>();
        for (ObjectReader rule : reader.objects(Keys.QUALITY, Keys.OF_QUALITY_RULE)) {
            rule.require(Keys.NAME, "Name the rule: quarantined rows carry the name.");
            rule.require(Keys.CONDITION, "Write the condition a row must meet, like price >= 0.");
            Optional<String> name = rule.text(Keys.NAME);
            Optional<String> condition = rule.text(Keys.CONDITION);
            condition.ifPresent(sql -> ExtractReader.checkNoSemicolon(rule, Keys.CONDITION, sql));
            name.ifPresent(text -> {
                Identifiers.checkQualityRule(rule.at(Keys.NAME), text, problems);
                if (rules.stream().anyMatch(other -> other.name().equals(text))) {
                    rule.problem(
                            Keys.NAME,
                            "Is the name of another rule already: " + text + ".",
                            "Give each rule its own name.");
                }
                rules.add(new QualityRule(text, condition.orElse("true")));
            });
        }
        return rules;
    }
}
