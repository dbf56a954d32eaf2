package dev.sluice.settings;

import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.CurateSettings.QualityRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code curate}. */
final class CurateReader {

    private CurateReader() {}

    /** What was read, before the columns it names are known to exist. */
    record Draft(
            Optional<Mode> mode,
            List<Located<String>> primaryKey,
            List<Located<String>> orderBy,
            List<Located<String>> partitionBy,
            List<QualityRule> quality) {}

    static Draft read(ObjectReader reader, Problems problems) {
        reader.require(Keys.MODE, "Say how a batch becomes part of curated: " + Words.of(Mode.values()) + ".");
        return new Draft(
                reader.choice(Keys.MODE, Mode.values()),
                reader.texts(Keys.PRIMARY_KEY),
                reader.texts(Keys.ORDER_BY),
                reader.texts(Keys.PARTITION_BY),
                quality(reader, problems));
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
