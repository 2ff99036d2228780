package io.bulwark.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown pages of the checkout, their blocks and their paragraphs. */
public final class Pages {

    /** The checkout. */
    static final Path ROOT = Checkout.path(".").normalize();

    private static final Set<String> NO_PAGES = Set.of("target", ".git", "node_modules", "data");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```");
    private static final Pattern PROSE = Pattern.compile("(?s)[^|#<!].*");

    private Pages() {}

    /** All of them, in the order of their paths. */
    static List<Path> all() {
        List<Path> pages = new ArrayList<>();
        collect(ROOT, pages);
        return pages;
    }

    /** One of them, by its path in the checkout. */
    static Path page(String relative) {
        return ROOT.resolve(relative);
    }

    static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String text(String relative) {
        return text(page(relative));
    }

    static String withoutCode(String text) {
        return BLOCK.matcher(text).replaceAll("");
    }

    /** The blocks of code of a page that are marked with that language, in their order. */
    public static List<String> blocks(Path page, String language) {
        return BLOCK.matcher(text(page))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /**
     * What is neither code, heading, table nor comment, a paragraph or list entry each. A line that begins a sentence
     * after one that ended one is a paragraph too: Markdown joins them, a merge of two versions of a page does not.
     */
    static List<String> paragraphs(Path page) {
        return Stream.of(withoutCode(text(page)).split("\n\\s*\n|(?<=[.!?:])\n(?=[A-Z*`-])"))
                .map(String::strip)
                .filter(paragraph -> PROSE.matcher(paragraph).matches())
                .toList();
    }

    /** The rows of a page's tables, head and line below it included. */
    static List<String> rows(Path page) {
        return withoutCode(text(page))
                .lines()
                .filter(line -> line.startsWith("|"))
                .toList();
    }

    private static void collect(Path folder, List<Path> pages) {
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.sorted().toList()) {
                if (Files.isDirectory(child)
                        && !NO_PAGES.contains(child.getFileName().toString())) {
                    collect(child, pages);
                } else if (child.toString().endsWith(".md")) {
                    pages.add(child);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
