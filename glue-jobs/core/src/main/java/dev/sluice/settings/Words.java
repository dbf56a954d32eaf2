package dev.sluice.settings;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How enum constants and lists of words are written in settings, and which word a misspelt one stands for. */
public final class Words {

    private static final int LONGEST_WORD = 255;

    private Words() {}

    /** The word of a constant: {@code INCREMENTAL} is {@code incremental}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> of(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Words::of).collect(Collectors.toList());
    }

    /** A remedy that names the known word nearest to {@code word}, or all of them where none is near. */
    static String didYouMean(String word, Collection<String> known) {
        return nearest(word, known)
                .map(near -> "Did you mean " + near + "?")
                .orElseGet(() -> "Use one of: " + String.join(", ", known) + ".");
    }

    /** The known word that {@code word} probably stands for: another case or separator, or a few letters off. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        if (word.length() > LONGEST_WORD) {
            return Optional.empty();
        }
        String plain = plain(word);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(plain, plain(candidate))))
                .filter(candidate -> distance(plain, plain(candidate)) <= Math.max(1, candidate.length() / 3));
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    /** The number of letters to insert, delete or replace to turn {@code left} into {@code right}. */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int replaced = previous[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(previous[column], current[column - 1]));
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
