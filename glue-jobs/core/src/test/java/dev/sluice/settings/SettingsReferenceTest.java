package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {

    private static final String COMMAND =
            "mvn -pl glue-jobs/core -am test -Dtest=SettingsReferenceTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dsluice.docs.write=true";

    @Test
    void theReferenceSaysWhatTheSchemasSay() throws IOException {
        Path file = Documents.ROOT.resolve("docs").resolve("settings.md");
        Path examples = Documents.ROOT.resolve("examples").resolve("shop");
        String reference = SettingsReference.write(
                Files.readString(examples.resolve("source.yaml")),
                Files.readString(examples.resolve("orders.yaml")),
                Files.readString(Documents.ROOT.resolve("examples/tpch/revenue_by_month.yaml")));
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.writeString(file, reference);
        }
        assertThat(file).as("Rewrite it with: " + COMMAND).hasContent(reference);
    }
}
