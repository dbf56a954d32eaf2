package com.amazonaws.services.glue.util;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import scala.Tuple2;

/**
 * Reads a job's arguments, {@code --name value} or {@code --name=value}; the last of two equal names counts and names
 * nobody asked for are passed over. The reserved names (bookmark options, run id) need not be asked for, and must not be.
 */
public final class GlueArgParser {
    private static final String OPTION = "job-bookmark-option";
    private static final String FROM = "job-bookmark-from";
    private static final String TO = "job-bookmark-to";
    private static final String PAUSE = "job-bookmark-pause";
    private static final String DISABLE = "job-bookmark-disable";
    private static final Set<String> MODES = Set.of("job-bookmark-enable", DISABLE, PAUSE);
    private static final Set<String> RESERVED =
            Set.of(OPTION, FROM, TO, "continuation-option", "JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION");
    private static final List<String> OPTIONAL = List.of(
            "JOB_NAME",
            "JOB_ID",
            "JOB_RUN_ID",
            "SECURITY_CONFIGURATION",
            "TempDir",
            "RedshiftTempDir",
            OPTION,
            FROM,
            TO);

    private GlueArgParser() {}

    /**
     * The asked-for arguments, without the leading dashes, and those of the reserved ones that are there;
     * {@code job-bookmark-option} is always there, {@code job-bookmark-disable} by default. {@code TempDir} is optional.
     *
     * @throws IllegalArgumentException if an asked-for argument is missing, one has no value, a reserved name is asked
     *     for, or the bookmark options contradict each other
     */
    public static scala.collection.immutable.Map<String, String> getResolvedOptions(String[] args, String[] names) {
        Set<String> asked = new LinkedHashSet<>(List.of(names));
        List<String> reserved =
                asked.stream().filter(RESERVED::contains).sorted().toList();
        if (!reserved.isEmpty()) {
            throw new IllegalArgumentException("Cannot resolve options: " + String.join(", ", reserved)
                    + "; using reserved arguments, which come without being asked for");
        }
        Set<String> known = new LinkedHashSet<>(OPTIONAL);
        known.addAll(asked);
        Map<String, String> found = parse(args, known);
        copyTempDir(found);
        List<String> missing = new ArrayList<>(asked);
        missing.removeAll(found.keySet());
        missing.removeAll(List.of("TempDir", "RedshiftTempDir"));
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot resolve options: the following arguments are required: --" + String.join(", --", missing));
        }
        found.putIfAbsent(OPTION, DISABLE);
        checkBookmarkOptions(found);
        return immutable(found);
    }

    private static Map<String, String> parse(String[] args, Set<String> known) {
        Map<String, String> found = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                continue;
            }
            int equals = args[i].indexOf('=');
            String name = equals < 0 ? args[i].substring(2) : args[i].substring(2, equals);
            if (!known.contains(name)) {
                continue;
            }
            if (equals >= 0) {
                found.put(name, args[i].substring(equals + 1));
            } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
                found.put(name, args[++i]);
            } else {
                throw new IllegalArgumentException("Cannot resolve option: --" + name + "; expected one value, write --"
                        + name + "=VALUE if it starts with --");
            }
        }
        return found;
    }

    private static void copyTempDir(Map<String, String> found) {
        if (found.containsKey("TempDir")) {
            found.put("RedshiftTempDir", found.get("TempDir"));
        } else if (found.containsKey("RedshiftTempDir")) {
            found.put("TempDir", found.get("RedshiftTempDir"));
        }
    }

    private static void checkBookmarkOptions(Map<String, String> found) {
        String mode = found.get(OPTION);
        if (!MODES.contains(mode)) {
            throw new IllegalArgumentException("Cannot resolve option: --" + OPTION + " " + mode + "; choose one of "
                    + String.join(", ", MODES.stream().sorted().toList()));
        }
        boolean from = found.containsKey(FROM);
        boolean to = found.containsKey(TO);
        if ((from || to) && !mode.equals(PAUSE)) {
            throw new IllegalArgumentException("Cannot resolve options: --" + FROM + ", --" + TO
                    + "; they are valid with --" + OPTION + " " + PAUSE + " only, not with " + mode);
        }
        if (from != to) {
            throw new IllegalArgumentException("Cannot resolve option: --" + (from ? TO : FROM)
                    + "; missing option or value, give both or neither");
        }
    }

    private static scala.collection.immutable.Map<String, String> immutable(Map<String, String> found) {
        scala.collection.mutable.Builder<Tuple2<String, String>, scala.collection.immutable.Map<String, String>>
                builder = scala.collection.immutable.Map$.MODULE$.newBuilder();
        found.forEach((name, value) -> builder.$plus$eq(new Tuple2<>(name, value)));
        return builder.result();
    }
}
