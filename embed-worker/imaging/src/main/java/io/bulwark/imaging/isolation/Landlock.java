package io.bulwark.imaging.isolation;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Landlock: what of the file system the calling thread, and all that it starts, may still use. Everything that the
 * kernel's version knows of is refused where no rule allows it, and so are TCP, abstract Unix sockets and signals to
 * processes outside (linux/landlock.h).
 */
final class Landlock {

    private static final long EXECUTE = 1;
    private static final long WRITE_FILE = 1 << 1;
    private static final long READ_FILE = 1 << 2;
    private static final long READ_DIR = 1 << 3;
    private static final long REMOVE_DIR = 1 << 4;
    private static final long REMOVE_FILE = 1 << 5;
    private static final long MAKE_DIR = 1 << 7;
    private static final long MAKE_REG = 1 << 8;
    private static final long MAKE_SYM = 1 << 12;
    private static final long REFER = 1 << 13;
    private static final long TRUNCATE = 1 << 14;

    private static final long RIGHTS_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE;

    /** All rights of ABI 1. Later ones add one each, in this order, at the versions below. */
    private static final long FIRST_RIGHTS = (1 << 13) - 1;

    private static final int[] FURTHER_RIGHTS_SINCE = {2, 3, 5};
    private static final int NET_SINCE = 4;
    private static final int SCOPES_SINCE = 6;
    private static final long TCP = 3;
    private static final long ABSTRACT_SOCKETS_AND_SIGNALS = 3;

    private static final long VERSION = 1;
    private static final long PATH_BENEATH = 1;
    private static final int WORD = Long.BYTES;

    private final int abi;
    private final long handled;

    private Landlock(int abi) {
        this.abi = abi;
        long rights = FIRST_RIGHTS;
        for (int i = 0; i < FURTHER_RIGHTS_SINCE.length; i++) {
            if (abi >= FURTHER_RIGHTS_SINCE[i]) {
                rights |= 1L << (13 + i);
            }
        }
        this.handled = rights;
    }

    /**
     * That of this kernel.
     *
     * @throws IOException if it has none, or it is not among its security modules, or a filter refuses it
     */
    static Landlock ofThisKernel() throws IOException {
        return new Landlock((int) LinuxKernel.call(SystemCall.LANDLOCK_CREATE_RULESET, 0, 0, VERSION));
    }

    int abi() {
        return abi;
    }

    /** Restricts the calling thread for good; it must have {@code no_new_privs}. */
    void restrict(IsolationLauncher.Confinement confinement) throws IOException {
        int rules = create();
        try {
            for (String path : confinement.read()) {
                allow(rules, path, READ_FILE | READ_DIR);
            }
            for (String path : confinement.execute()) {
                allow(rules, path, READ_FILE | EXECUTE);
            }
            for (String path : confinement.write()) {
                allow(
                        rules,
                        path,
                        READ_FILE
                                | READ_DIR
                                | WRITE_FILE
                                | TRUNCATE
                                | REMOVE_DIR
                                | REMOVE_FILE
                                | MAKE_DIR
                                | MAKE_REG
                                | MAKE_SYM
                                | REFER);
            }
            LinuxKernel.call(SystemCall.LANDLOCK_RESTRICT_SELF, rules, 0);
        } finally {
            LinuxKernel.closeDescriptor(rules);
        }
    }

    private int create() throws IOException {
        Memory attributes = new Memory(3L * WORD);
        attributes.setLong(0, handled);
        attributes.setLong(WORD, TCP);
        attributes.setLong(2L * WORD, ABSTRACT_SOCKETS_AND_SIGNALS);
        long words = abi >= SCOPES_SINCE ? 3 : abi >= NET_SINCE ? 2 : 1;
        return (int) LinuxKernel.callWith(
                attributes, address -> LinuxKernel.call(SystemCall.LANDLOCK_CREATE_RULESET, address, words * WORD, 0));
    }

    /** Allows what is below a folder, or a file; what is not there needs no rule. */
    private void allow(int rules, String path, long rights) throws IOException {
        int place = LinuxKernel.openPath(path);
        if (place < 0) {
            return;
        }
        try {
            Memory rule = new Memory(WORD + Integer.BYTES);
            rule.setLong(0, rights & handled & (Files.isDirectory(Path.of(path)) ? -1L : RIGHTS_OF_FILES));
            rule.setInt(WORD, place);
            LinuxKernel.callWith(
                    rule, address -> LinuxKernel.call(SystemCall.LANDLOCK_ADD_RULE, rules, PATH_BENEATH, address, 0));
        } finally {
            LinuxKernel.closeDescriptor(place);
        }
    }
}
