package io.bulwark.imaging.isolation;

import java.util.ArrayList;
import java.util.List;

/**
 * What a confined process may still do. A path that does not exist allows nothing.
 *
 * @param read files, and folders with all below them, that may be read
 * @param execute programs that may be run
 * @param write folders with all below them that may be read and written
 * @param forks whether it may start processes; they are confined as it is and stay in its process group
 */
public record Confinement(List<String> read, List<String> execute, List<String> write, boolean forks) {

    private static final String FORKS = "forks";
    private static final String ALONE = "alone";
    private static final String END = "--";

    public Confinement {
        read = List.copyOf(read);
        execute = List.copyOf(execute);
        write = List.copyOf(write);
    }

    /** The command that confines itself so and then becomes another. */
    public List<String> arguments(Isolation isolation, List<String> command) {
        List<String> words = new ArrayList<>(List.of(isolation.label(), forks ? FORKS : ALONE));
        read.forEach(path -> words.add("r" + path));
        execute.forEach(path -> words.add("x" + path));
        write.forEach(path -> words.add("w" + path));
        words.add(END);
        words.addAll(command);
        return words;
    }

    /**
     * A launcher's command line.
     *
     * @param isolation how much of it must hold
     * @param command what is run behind it
     */
    record Order(Isolation isolation, Confinement confinement, List<String> command) {

        /** @throws IllegalArgumentException if the words are none of {@link Confinement#arguments} */
        static Order of(List<String> words) {
            int end = words.indexOf(END);
            if (end < 2 || end + 1 >= words.size()) {
                throw new IllegalArgumentException(
                        "A launcher wants: require|prefer forks|alone PATH... -- COMMAND...");
            }
            List<String> paths = words.subList(2, end);
            return new Order(
                    Isolation.labelled(words.get(0)),
                    new Confinement(
                            of(paths, "r"),
                            of(paths, "x"),
                            of(paths, "w"),
                            words.get(1).equals(FORKS)),
                    words.subList(end + 1, words.size()));
        }

        private static List<String> of(List<String> paths, String right) {
            return paths.stream()
                    .filter(path -> path.startsWith(right))
                    .map(path -> path.substring(right.length()))
                    .toList();
        }
    }
}
