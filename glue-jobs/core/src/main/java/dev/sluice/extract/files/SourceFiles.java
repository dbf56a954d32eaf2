package dev.sluice.extract.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;

/** Lists the files of a source, without Spark. */
public interface SourceFiles {

    /** The order of keys: by the bytes of their UTF-8 form, as S3 lists them. */
    Comparator<String> ORDER = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    /**
     * The files below a folder, at any depth, in {@link #ORDER} of their keys and as they come: not all are held at once.
     * Throws {@code RELATION_MISSING} where the folder is known not to exist, {@code STORAGE_DENIED} where it may not be
     * listed.
     *
     * @param root the source's path; keys are relative to it
     * @param folder below the root; {@code .} for the root itself
     * @param after keys below the folder that come before this in {@link #ORDER} are left out, and not listed where the
     *     store can begin later; empty for none
     */
    Iterator<SourceFile> list(String root, String folder, String after);

    /** The root as Spark and Hadoop name it. */
    String uri(String root);
}
