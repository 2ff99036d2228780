package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.PictureSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
            parts.computeIfAbsent(fields[3], part -> new ArrayList<>())
                    .add(new Photograph(index.resolveSibling(fields[0]), fields[1], fields[2]));
        }
        return parts;
    }

    PictureSource picture() {
        return PictureSource.PictureFile.of(file);
    }
}
