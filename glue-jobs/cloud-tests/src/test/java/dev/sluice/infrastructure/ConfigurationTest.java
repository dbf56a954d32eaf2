package dev.sluice.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every folder of the Terraform configuration: its form, its validity, and what its own tests promise. */
class ConfigurationTest {

    @TempDir
    static Path folder;

    private static Path copy;
    private static ExecutorService two;
    private static ServedProvider provider;

    /** Terraform leaves lock files beside what it reads, so it reads a copy. */
    @BeforeAll
    static void copyAll() throws IOException {
        Required.tools(Tool.TERRAFORM);
        copy = folder.resolve("copy");
        for (String part : List.of("terraform", "step-functions")) {
            Path from = Required.repository().resolve(part);
            try (Stream<Path> files = Files.walk(from)) {
                files.filter(file -> !file.toString().contains("/.terraform"))
                        .forEach(file -> copy(file, copy.resolve(part).resolve(from.relativize(file))));
            }
        }
        Path data = folder.resolve("data/provider");
        new Terraform(copy.resolve("terraform"), data, System.getenv()).initWithoutBackend();
        provider = ServedProvider.start(data);
        two = Executors.newFixedThreadPool(2);
    }

    @AfterAll
    static void end() {
        if (two != null) {
            two.shutdownNow();
        }
        if (provider != null) {
            provider.close();
        }
    }

    @Test
    void everyFileIsFormatted() {
        Terraform terraform = new Terraform(copy.resolve("terraform"), folder.resolve("data/format"), System.getenv());
        assertThat(terraform.call(List.of("fmt", "-check", "-recursive", "-diff"), line -> {}))
                .isEmpty();
    }

    @TestFactory
    List<DynamicTest> everyModuleIsValidAndKeepsItsPromises() throws IOException {
        List<Path> modules;
        try (Stream<Path> inside = Files.list(copy.resolve("terraform/modules"))) {
            modules = inside.sorted().toList();
        }
        return modules.stream()
                .map(module -> test(module, two.submit(() -> {
                    assertThat(module.resolve("tests")).as("its promises").isDirectory();
                    return verdict(module, module.getFileName().toString(), List.of());
                })))
                .toList();
    }

    /** The root has no values of its own: those of each environment are checked with it. */
    @TestFactory
    List<DynamicTest> everyEnvironmentIsValidAndKeepsItsPromises() {
        Path root = copy.resolve("terraform");
        return Stream.of("dev", "staging", "prod")
                .map(environment -> test(
                        root.resolve(environment),
                        two.submit(() -> verdict(
                                root, environment, List.of("-var-file=environments/" + environment + ".tfvars")))))
                .toList();
    }

    private static DynamicTest test(Path what, Future<String> verdict) {
        return DynamicTest.dynamicTest(
                what.getFileName().toString(), () -> assertThat(said(verdict)).contains("Success!", " 0 failed."));
    }

    private static String verdict(Path one, String name, List<String> variables) {
        Path data = folder.resolve("data").resolve(name);
        new Terraform(one, data, System.getenv()).initWithoutBackend();
        // Validates what it runs; to ask for that by itself would start the providers once more.
        List<String> test = new ArrayList<>(List.of("test", "-no-color"));
        test.addAll(variables);
        return new Terraform(one, data, provider.environment()).call(test, line -> {});
    }

    private static String said(Future<String> verdict) throws Throwable {
        try {
            return verdict.get();
        } catch (ExecutionException failure) {
            throw failure.getCause();
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (java.nio.file.NoSuchFileException parentless) {
            try {
                Files.createDirectories(to.getParent());
                Files.copy(from, to);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
