package dev.sluice.run;

import dev.sluice.change.EventSurvey;
import dev.sluice.extract.SourceColumn;
import dev.sluice.raw.EventBasis;
import dev.sluice.raw.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a table's columns are after a batch of its events, by what is last in the database's log. Events come late and come
 * again, so a batch may hold nothing but rows of an earlier version than the batch before it had.
 *
 * @param columns those of the table, and those that only earlier rows of the batch have, in types that hold the values of all
 * @param gone the names of the latter
 * @param described where in the log the table's columns were seen last
 */
record TableVersion(List<SourceColumn> columns, Set<String> gone, Optional<String> described) {

    /** @param last the batch before; empty where the table is built anew */
    static TableVersion of(EventSurvey survey, Optional<Manifest> last) {
        Optional<String> known = last.flatMap(Manifest::events).flatMap(EventBasis::described);
        boolean later = survey.described()
                .filter(place -> known.isEmpty() || place.compareTo(known.get()) >= 0)
                .isPresent();
        if (later || last.isEmpty()) {
            return new TableVersion(survey.columns(), survey.gone(), survey.described());
        }
        Map<String, SourceColumn> columns = new LinkedHashMap<>();
        last.get().columnsAfter().forEach(column -> columns.put(column.name(), column));
        Set<String> present = Set.copyOf(columns.keySet());
        survey.columns().forEach(column -> columns.merge(column.name(), column, EventSurvey::wider));
        return new TableVersion(
                List.copyOf(columns.values()),
                columns.keySet().stream()
                        .filter(name -> !present.contains(name))
                        .collect(Collectors.toSet()),
                known);
    }
}
