package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule once: the parser's verdict, and the published JSON Schema's where a schema can express the rule. */
class SettingsRulesTest {

    static Stream<Map<String, Object>> refused() throws IOException {
        return cases("refused.yaml");
    }

    static Stream<Map<String, Object>> accepted() throws IOException {
        return cases("accepted.yaml");
    }

    static List<Path> examples() {
        return Documents.examples();
    }

    @ParameterizedTest
    @MethodSource
    void refused(Map<String, Object> rule) {
        Object tree = changed(rule);
        List<SettingsProblem> problems = SettingsParser.check(tree);
        assertThat(problems).hasSize(1 + (int) rule.getOrDefault("more", 0));
        assertThat(problems.get(0).path()).isEqualTo(rule.get("at"));
        assertThat(problems.get(0))
                .asString()
                .contains((String) rule.get("says"))
                .doesNotContain("hunter2");
        if ("blind".equals(rule.get("schema"))) {
            assertThat(SchemaDocument.of(tree).problems(tree)).isEmpty();
        } else {
            assertThat(SchemaDocument.of(tree).problems(tree)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource
    void accepted(Map<String, Object> rule) {
        Object tree = changed(rule);
        assertThat(SettingsParser.check(tree)).isEmpty();
        assertThat(SchemaDocument.of(tree).problems(tree)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesAreUsable(Path file) {
        Object tree = Documents.file(file);
        assertThat(SettingsParser.check(tree)).isEmpty();
        assertThat(SchemaDocument.of(tree).problems(tree)).isEmpty();
    }

    private static Object changed(Map<String, Object> rule) {
        Object tree = Documents.yaml(
                switch ((String) rule.get("of")) {
                    case "source" -> Documents.SOURCE;
                    case "view" -> Documents.VIEW;
                    case "files-source" -> Documents.FILES_SOURCE;
                    case "files" -> Documents.FILES_TABLE;
                    case "http-source" -> Documents.HTTP_SOURCE;
                    case "http" -> Documents.HTTP_TABLE;
                    default -> Documents.TABLE;
                });
        for (Object path : (List<?>) rule.getOrDefault("remove", List.of())) {
            Documents.remove(tree, (String) path);
        }
        ((Map<?, ?>) rule.getOrDefault("set", Map.of()))
                .forEach((path, value) -> Documents.set(tree, (String) path, expanded(value)));
        return tree;
    }

    /** {@code a*64} stands for a name of 64 letters, {@code public.a*64} for one with a schema. */
    private static Object expanded(Object value) {
        if (value instanceof String text && text.matches("(public\\.)?\\p{L}\\*\\d+")) {
            int star = text.indexOf('*');
            return text.substring(0, star - 1)
                    + text.substring(star - 1, star).repeat(Integer.parseInt(text.substring(star + 1)));
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    private static Stream<Map<String, Object>> cases(String resource) throws IOException {
        try (InputStream stream = Objects.requireNonNull(SettingsRulesTest.class.getResourceAsStream(resource))) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return ((List<Map<String, Object>>) Documents.yaml(text)).stream();
        }
    }
}
