package io.bulwark.imaging.process;

/** What a decoder process is asked for. */
enum Wanted {
    VIEWS,
    VIEWS_AND_HASHES,
    PICTURE,
    STRIP
}
