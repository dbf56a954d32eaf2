package dev.sluice.localglue.bookmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A {@link JobState} as JSON and back; an unknown format or a missing field is an error. */
final class JobStateJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT_NOW = 1;
    private static final String FORMAT = "format";
    private static final String JOB = "job";
    private static final String VERSION = "version";
    private static final String ELEMENTS = "elements";
    private static final String RUNS = "runs";
    private static final String RUN_ID = "run-id";
    private static final String STARTED = "started";
    private static final String COMMITTED = "committed";
    private static final String KIND = "kind";
    private static final String KEYS = "keys";
    private static final String COLUMNS = "columns";
    private static final String ORDER = "order";
    private static final String VALUES = "values";
    private static final String FILES = "files";
    private static final String LAST_MODIFIED = "last-modified";
    private static final String BAND = "band";
    private static final String RECENT = "recent";

    private JobStateJson() {}

    static byte[] write(String jobName, JobState state) throws IOException {
        ObjectNode node = JSON.createObjectNode();
        node.put(FORMAT, FORMAT_NOW).put(JOB, jobName).put(VERSION, state.version());
        node.set(ELEMENTS, elements(state.elements()));
        ArrayNode runs = node.putArray(RUNS);
        for (JobState.Run run : state.runs()) {
            ObjectNode entry = runs.addObject();
            entry.put(RUN_ID, run.runId()).put(STARTED, run.started().toString());
            run.committed().ifPresent(committed -> entry.set(COMMITTED, elements(committed)));
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
    }

    static JobState read(byte[] bytes) throws IOException {
        JsonNode node = JSON.readTree(bytes);
        if (field(node, FORMAT).asInt() != FORMAT_NOW) {
            throw new IOException("format " + node.get(FORMAT) + " is unknown, " + FORMAT_NOW + " is expected");
        }
        List<JobState.Run> runs = new ArrayList<>();
        for (JsonNode entry : field(node, RUNS)) {
            Optional<Map<String, Element>> committed =
                    entry.has(COMMITTED) ? Optional.of(elements(entry.get(COMMITTED))) : Optional.empty();
            runs.add(new JobState.Run(
                    field(entry, RUN_ID).asText(),
                    Instant.parse(field(entry, STARTED).asText()),
                    committed));
        }
        return new JobState(field(node, VERSION).asLong(), elements(field(node, ELEMENTS)), runs);
    }

    private static ObjectNode elements(Map<String, Element> elements) {
        ObjectNode node = JSON.createObjectNode();
        new TreeMap<>(elements).forEach((context, element) -> node.set(context, element(element)));
        return node;
    }

    private static ObjectNode element(Element element) {
        ObjectNode node = JSON.createObjectNode();
        if (element instanceof Element.Keys keys) {
            node.put(KIND, KEYS).put(ORDER, keys.order().name());
            keys.columns().forEach(node.putArray(COLUMNS)::add);
            keys.values().forEach(node.putArray(VALUES)::add);
        } else if (element instanceof Element.Files files) {
            node.put(KIND, FILES).put(LAST_MODIFIED, files.lastModified()).put(BAND, files.band());
            ObjectNode recent = node.putObject(RECENT);
            new TreeMap<>(files.recent()).forEach(recent::put);
        }
        return node;
    }

    private static Map<String, Element> elements(JsonNode node) throws IOException {
        Map<String, Element> elements = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            elements.put(entry.getKey(), element(entry.getValue()));
        }
        return elements;
    }

    private static Element element(JsonNode node) throws IOException {
        String kind = field(node, KIND).asText();
        if (kind.equals(KEYS)) {
            return new Element.Keys(
                    texts(field(node, COLUMNS)),
                    Element.Order.valueOf(field(node, ORDER).asText()),
                    texts(field(node, VALUES)));
        }
        if (kind.equals(FILES)) {
            Map<String, Long> recent = new LinkedHashMap<>();
            field(node, RECENT)
                    .properties()
                    .forEach(
                            entry -> recent.put(entry.getKey(), entry.getValue().asLong()));
            return new Element.Files(
                    field(node, LAST_MODIFIED).asLong(), field(node, BAND).asLong(), recent);
        }
        throw new IOException("kind of element is unknown: " + kind);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static JsonNode field(JsonNode node, String name) throws IOException {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            throw new IOException("field is missing: " + name);
        }
        return value;
    }
}
