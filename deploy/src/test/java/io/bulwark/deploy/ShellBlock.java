package io.bulwark.deploy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A block of shell commands as a page shows it, read as a shell would read it but not run: words, quotes, variables, here
 * documents, and commands within {@code $(...)}. What only a run can tell, such as what a command prints, stands as
 * {@value #UNKNOWN}. Source: POSIX.1-2017, Shell Command Language, 2.2 to 2.10, as far as pages need it.
 */
final class ShellBlock {

    /** In place of what a command prints, or of one argument of a function. */
    static final String UNKNOWN = "unknown";

    /** In place of all further arguments of a function, as one word. */
    static final String ARGUMENTS = "$@";

    /** Where an unquoted variable is divided into words. */
    private static final String FIELD = "\0";

    private static final Set<String> RESERVED =
            Set.of("do", "done", "then", "else", "elif", "fi", "if", "while", "until", "!", "{", "}", "time");
    private static final Pattern ASSIGNMENT = Pattern.compile("(?s)([A-Za-z_]\\w*)=(.*)");
    private static final Pattern HERE = Pattern.compile("<<-?\\s*'?\"?(\\w+)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

    private final String text;
    private final Map<String, String> variables = new HashMap<>();
    private final Set<String> unset = new TreeSet<>();
    private final List<List<String>> commands = new ArrayList<>();
    private int at;

    private ShellBlock(String text) {
        this.text = text;
    }

    /** Reads a block. */
    static ShellBlock read(String text) {
        ShellBlock block = new ShellBlock(withoutHereDocuments(text.replace("\\\n", " ")));
        block.line(block.text.length());
        return block;
    }

    /** The simple commands, each with its words; variables in the words have the values that the block gives them. */
    List<List<String>> commands() {
        return List.copyOf(commands);
    }

    /** The variables that were used before the block gave them a value. */
    Set<String> unset() {
        return Set.copyOf(unset);
    }

    private static String withoutHereDocuments(String text) {
        StringBuilder kept = new StringBuilder();
        String end = null;
        for (String line : text.split("\n")) {
            if (end == null) {
                kept.append(line).append('\n');
                Matcher here = HERE.matcher(line);
                end = here.find() ? here.group(1) : null;
            } else if (line.strip().equals(end)) {
                end = null;
            }
        }
        return kept.toString();
    }

    /** Everything up to there, as commands. */
    private void line(int end) {
        List<String> words = new ArrayList<>();
        while (at < end) {
            char next = text.charAt(at);
            if (next == '#') {
                while (at < end && text.charAt(at) != '\n') {
                    at++;
                }
            } else if (";&|\n()".indexOf(next) >= 0) {
                finish(words);
                at++;
            } else if (next == '<' || next == '>') {
                redirection(end);
            } else if (Character.isWhitespace(next)) {
                at++;
            } else {
                String word = word(end);
                boolean descriptor = word.matches("\\d") && at < end && "<>".indexOf(text.charAt(at)) >= 0;
                Matcher assigned = ASSIGNMENT.matcher(word);
                if (RESERVED.containsAll(words) && assigned.matches()) {
                    variables.put(assigned.group(1), assigned.group(2).replace(FIELD, " "));
                } else if (!descriptor) {
                    Stream.of(word.split(FIELD))
                            .filter(field -> !field.isEmpty())
                            .forEach(words::add);
                }
            }
        }
        finish(words);
    }

    /** Drops the file that is read or written, or the name of a here document. */
    private void redirection(int end) {
        while (at < end && "<>&-".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at < end && text.charAt(at) == '(') { // <(command)
            return;
        }
        while (at < end && text.charAt(at) == ' ') {
            at++;
        }
        if (at < end && ";|\n()".indexOf(text.charAt(at)) < 0) {
            word(end);
        }
    }

    private void finish(List<String> words) {
        while (!words.isEmpty() && RESERVED.contains(words.get(0))) {
            words.remove(0);
        }
        if (words.size() > 2 && words.get(0).equals("for")) {
            variables.put(words.get(1), words.size() > 3 ? words.get(3) : UNKNOWN);
            words.clear();
        }
        if (words.size() > 1 && words.get(0).equals("read")) {
            words.stream()
                    .skip(1)
                    .filter(word -> NAME.matcher(word).matches())
                    .forEach(name -> variables.put(name, UNKNOWN));
        }
        if (!words.isEmpty()) {
            commands.add(List.copyOf(words));
            words.clear();
        }
    }

    private String word(int end) {
        StringBuilder word = new StringBuilder();
        while (at < end) {
            char next = text.charAt(at);
            if (Character.isWhitespace(next) || ";&|<>".indexOf(next) >= 0 || next == '(' || next == ')') {
                break;
            }
            at++;
            switch (next) {
                case '\\' -> word.append(text.charAt(at++));
                case '\'' -> {
                    int close = text.indexOf('\'', at);
                    word.append(text, at, close);
                    at = close + 1;
                }
                case '"' -> quoted(word);
                case '$' -> word.append(expansion().replaceAll("\\s+", FIELD));
                default -> word.append(next);
            }
        }
        return word.toString();
    }

    private void quoted(StringBuilder word) {
        while (text.charAt(at) != '"') {
            char next = text.charAt(at++);
            switch (next) {
                case '\\' -> word.append(text.charAt(at++));
                case '$' -> word.append(expansion());
                default -> word.append(next);
            }
        }
        at++;
    }

    /** What a dollar sign and what follows it stand for. */
    private String expansion() {
        char next = text.charAt(at);
        if (next == '(') {
            int close = closing();
            at++;
            line(close);
            at = close + 1;
            return UNKNOWN;
        } else if (next == '{') {
            int close = text.indexOf('}', at);
            Matcher name = NAME.matcher(text).region(at + 1, close);
            boolean arguments = text.charAt(at + 1) == '@';
            at = close + 1;
            return name.lookingAt() ? value(name.group()) : arguments ? ARGUMENTS : "";
        }
        Matcher name = NAME.matcher(text).region(at, text.length());
        if (name.lookingAt()) {
            at = name.end();
            return value(name.group());
        }
        at++; // $1, $@, $#, $?
        return Character.isDigit(next) ? UNKNOWN : next == '@' ? ARGUMENTS : "";
    }

    private String value(String name) {
        if (!variables.containsKey(name)) {
            unset.add(name);
        }
        return variables.getOrDefault(name, UNKNOWN);
    }

    /** Where the parenthesis closes that opens here. */
    private int closing() {
        int depth = 0;
        boolean single = false;
        for (int i = at; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '\'') {
                single = !single;
            } else if (!single && next == '(') {
                depth++;
            } else if (!single && next == ')' && --depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("$( does not close in " + text.substring(at));
    }
}
