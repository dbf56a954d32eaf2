package dev.sluice.infrastructure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The definitions of state machines, as trees. */
final class Definitions {

    private Definitions() {}

    /** The names of all states of a machine, and of the machines within it. */
    static Set<String> states(String machine) throws IOException {
        Set<String> names = new TreeSet<>();
        JsonNode definition = new ObjectMapper()
                .readTree(Required.repository()
                        .resolve("step-functions")
                        .resolve(machine + ".asl.json")
                        .toFile());
        states(definition, states -> names.addAll(states.keySet()));
        return names;
    }

    /** The states of a machine, and of the machines within it. */
    static void states(JsonNode machine, Consumer<Map<String, JsonNode>> seen) {
        Map<String, JsonNode> states = new TreeMap<>();
        machine.path("States").fields().forEachRemaining(state -> states.put(state.getKey(), state.getValue()));
        seen.accept(states);
        states.values().forEach(state -> {
            if (state.has("ItemProcessor")) {
                states(state.get("ItemProcessor"), seen);
            }
            state.path("Branches").forEach(branch -> states(branch, seen));
        });
    }
}
