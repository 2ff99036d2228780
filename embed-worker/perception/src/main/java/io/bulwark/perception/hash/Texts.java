package io.bulwark.perception.hash;

/** What is asked of an entry's texts. */
final class Texts {

    private Texts() {}

    static void check(String id, String label) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("an entry has a blank id, wanted is a text");
        }
        if (label.isBlank()) {
            throw new IllegalArgumentException("an entry has a blank label, wanted is a text");
        }
    }
}
