package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.settings.ItemName;
import dev.sluice.settings.SettingsProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Settings items in files: YAML with one document per item, or JSON with one object or an array of them. A folder stands
 * for the files in it that end in {@code .yaml}, {@code .yml} or {@code .json}.
 */
final class SettingsFiles {

    private SettingsFiles() {}

    /** All items of the files, in their order; an item that two of them name is a problem of the later one. */
    static List<SettingsDocument> read(List<Path> files) {
        List<SettingsDocument> documents = new ArrayList<>();
        for (Path file : files) {
            documents.addAll(readOne(file));
        }
        return withRepetitions(documents);
    }

    /** An item as YAML, with lines of comment before it. */
    static String yaml(Map<String, Object> item, List<String> comments) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndent(2);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        options.setWidth(120);
        options.setSplitLines(false);
        StringBuilder text = new StringBuilder();
        comments.forEach(comment -> text.append("# ").append(comment).append('\n'));
        return text.append(yaml(options).dump(item)).toString();
    }

    private static List<SettingsDocument> readOne(Path file) {
        if (Files.isDirectory(file)) {
            List<Path> inside;
            try (Stream<Path> listed = Files.list(file)) {
                inside = listed.filter(SettingsFiles::isSettings).sorted().toList();
            } catch (IOException failure) {
                return List.of(SettingsDocument.unreadable(
                        file, "Cannot list the folder: " + failure + ".", "Make it readable."));
            }
            return inside.isEmpty()
                    ? List.of(SettingsDocument.unreadable(
                            file, "The folder holds no settings.", "Put .yaml, .yml or .json files there."))
                    : inside.stream().flatMap(each -> readOne(each).stream()).toList();
        }
        String content;
        try {
            content = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException failure) {
            return List.of(SettingsDocument.unreadable(file, "There is no such file.", "Check the path."));
        } catch (IOException failure) {
            return List.of(SettingsDocument.unreadable(
                    file, "Cannot read the file: " + failure + ".", "Make it readable, in UTF-8."));
        }
        List<Object> trees;
        try {
            trees = file.toString().endsWith(".json") ? json(content) : yaml(content);
        } catch (SyntaxException failure) {
            return List.of(SettingsDocument.unreadable(file, failure.getMessage(), "Correct the syntax."));
        }
        if (trees.isEmpty()) {
            return List.of(SettingsDocument.unreadable(
                    file, "The file holds no item.", "Write a source item or a table item."));
        }
        List<SettingsDocument> documents = new ArrayList<>();
        for (Object tree : trees) {
            documents.add(SettingsDocument.of(file, documents.size() + 1, tree));
        }
        return documents;
    }

    private static boolean isSettings(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    private static List<SettingsDocument> withRepetitions(List<SettingsDocument> documents) {
        Map<ItemName, SettingsDocument> first = new LinkedHashMap<>();
        List<SettingsDocument> checked = new ArrayList<>();
        for (SettingsDocument document : documents) {
            Optional<SettingsDocument> earlier = document.name().map(name -> first.putIfAbsent(name, document));
            if (earlier.isEmpty()) {
                checked.add(document);
                continue;
            }
            List<SettingsProblem> problems = new ArrayList<>(document.problems());
            problems.add(new SettingsProblem(
                    "",
                    "Is named a second time: item " + earlier.get().number() + " of "
                            + earlier.get().file() + " has the same name.",
                    "Remove one of the two, or rename it."));
            checked.add(new SettingsDocument(document.file(), document.number(), document.tree(), problems));
        }
        return checked;
    }

    private static List<Object> yaml(String content) {
        List<Object> trees = new ArrayList<>();
        try {
            for (Object tree : yaml(new DumperOptions()).loadAll(content)) {
                if (tree != null) {
                    trees.add(tree);
                }
            }
            return trees;
        } catch (MarkedYAMLException failure) {
            int line = failure.getProblemMark() == null
                    ? 0
                    : failure.getProblemMark().getLine() + 1;
            throw new SyntaxException("Is not YAML: line " + line + ": " + failure.getProblem() + ".", failure);
        } catch (YAMLException failure) {
            throw new SyntaxException("Is not YAML: " + failure.getMessage() + ".", failure);
        }
    }

    private static Yaml yaml(DumperOptions dumping) {
        LoaderOptions loading = new LoaderOptions();
        loading.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(loading), new Representer(dumping), dumping, loading, new PlainResolver());
    }

    /** Reads scalars as JSON would: no dates, and only {@code true} and {@code false} are truth values. */
    private static final class PlainResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("^(?:true|false)$"), "tf");
            addImplicitResolver(Tag.INT, Pattern.compile("^-?(?:0|[1-9][0-9]*)$"), "-0123456789");
            addImplicitResolver(
                    Tag.FLOAT,
                    Pattern.compile("^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"),
                    "-0123456789");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
            addImplicitResolver(Tag.MERGE, MERGE, "<");
        }
    }

    private static List<Object> json(String content) {
        try {
            Optional<Object> tree = JsonText.read(content);
            return tree.isPresent() && tree.get() instanceof List<?> items
                    ? new ArrayList<>(items)
                    : tree.map(List::of).orElse(List.of());
        } catch (JsonProcessingException failure) {
            int line = failure.getLocation() == null ? 0 : failure.getLocation().getLineNr();
            throw new SyntaxException("Is not JSON: line " + line + ": " + failure.getOriginalMessage() + ".", failure);
        }
    }

    /** A file is neither YAML nor JSON; the message says where. */
    private static final class SyntaxException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SyntaxException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
