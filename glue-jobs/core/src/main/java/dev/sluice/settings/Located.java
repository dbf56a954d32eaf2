package dev.sluice.settings;

import java.util.List;
import java.util.stream.Collectors;

/** A value with the path it was read from, so that a rule over several keys can point at the one to change. */
record Located<T>(String path, T value) {

    static <T> List<T> values(List<Located<T>> located) {
        return located.stream().map(Located::value).collect(Collectors.toList());
    }
}
