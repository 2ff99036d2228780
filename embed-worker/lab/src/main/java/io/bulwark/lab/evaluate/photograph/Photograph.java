package io.bulwark.lab.evaluate.photograph;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.PictureSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A labelled photograph of a known contributor.
 *
 * @param file picture file
 * @param label its class
 * @param contributor who took it; photographs of one contributor stand and fall together
 */
public record Photograph(Path file, String label, String contributor) {

    private static final String HEADER = "file,label,contributor,part";

    /**
     * Reads an index: a header {@value #HEADER}, then a line for each photograph, its file relative to the index.
     *
     * @return photographs by part, in the order of the lines
     * @throws DataLayoutException if it cannot be read or a line has other fields
     * @throws CommandFailure if a label is restricted
     */
    public static Map<String, List<Photograph>> read(Path index) {
        List<String> lines;
        try {
            lines = Files.readAllLines(index);
        } catch (IOException e) {
            throw new DataLayoutException(index, "cannot be read: " + e, e);
        }
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw new DataLayoutException(index, "does not begin with the line " + HEADER);
        }
        Map<String, List<Photograph>> parts = new TreeMap<>();
        for (int line = 1; line < lines.size(); line++) {
            String[] fields = lines.get(line).split(",", -1);
            if (fields.length != 4) {
                throw new DataLayoutException(
                        index, "line %d has %d fields, wanted are %s".formatted(line + 1, fields.length, HEADER));
            }
            LabelledPicture.requireUnrestricted(fields[1]);
            parts.computeIfAbsent(fields[3], part -> new ArrayList<>())
                    .add(new Photograph(index.resolveSibling(fields[0]), fields[1], fields[2]));
        }
        return parts;
    }

    /**
     * The photographs of a part.
     *
     * @param parts of an index
     * @param option that names the part
     * @throws CommandFailure if the index has no such part
     */
    public static List<Photograph> part(Map<String, List<Photograph>> parts, String name, String option) {
        if (!parts.containsKey(name)) {
            throw CommandFailure.usage("%s is %s, the index has the parts %s".formatted(option, name, parts.keySet()));
        }
        return parts.get(name);
    }

    /** @throws IllegalArgumentException if a contributor has photographs in the bank and among the questions */
    public static void requireOtherContributors(List<Photograph> bank, List<Photograph> questions) {
        Set<String> asked = questions.stream().map(Photograph::contributor).collect(Collectors.toSet());
        List<String> shared = bank.stream()
                .map(Photograph::contributor)
                .distinct()
                .filter(asked::contains)
                .toList();
        if (!shared.isEmpty()) {
            throw new IllegalArgumentException(
                    "contributors %s are in the bank and among the questions; their photographs share background and camera"
                            .formatted(shared));
        }
    }

    PictureSource picture() {
        return PictureSource.PictureFile.of(file);
    }
}
