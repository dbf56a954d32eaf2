package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Looks into the jar that Glue gets, once it is built: run in the phase {@code verify}. */
class GlueJarCheck {

    /** What Glue 5.1 has on its class path; a second copy in another version breaks it in ways hard to find. */
    private static final List<String> PROVIDED = List.of(
            "com/amazonaws/",
            "com/fasterxml/jackson/",
            "com/google/",
            "dev/sluice/embedded/",
            "dev/sluice/localglue/",
            "dev/sluice/testing/",
            "io/delta/",
            "io/netty/",
            "org/antlr/",
            "org/apache/",
            "org/checkerframework/",
            "org/json4s/",
            "org/postgresql/",
            "org/reactivestreams/",
            "org/slf4j/",
            "org/yaml/",
            "scala/",
            "software/amazon/");

    private static File jar;
    private static List<String> names;

    @BeforeAll
    static void readJar() throws IOException {
        jar = new File(System.getProperty("sluice.glue.jar"));
        try (JarFile open = new JarFile(jar)) {
            names = open.stream().map(ZipEntry::getName).toList();
        }
    }

    @Test
    void nothingThatGlueProvidesIsInIt() {
        assertThat(names)
                .filteredOn(name -> PROVIDED.stream().anyMatch(name::startsWith))
                .isEmpty();
    }

    @Test
    void theEntryPointsAndTheCoreAreInIt() {
        assertThat(names)
                .contains(
                        "dev/sluice/aws/IngestJob.class",
                        "dev/sluice/aws/LoadJob.class",
                        "dev/sluice/aws/VerifyJob.class",
                        "dev/sluice/aws/ExportJob.class",
                        "dev/sluice/aws/MaintainJob.class",
                        "dev/sluice/aws/ReconcileJob.class",
                        "dev/sluice/aws/s3/ConditionalPutLogStore.class",
                        "dev/sluice/run/Ingest.class",
                        "org/mariadb/jdbc/Driver.class");
    }

    @Test
    void itIsSmall() {
        assertThat(jar.length()).isLessThan(5_000_000L);
    }
}
