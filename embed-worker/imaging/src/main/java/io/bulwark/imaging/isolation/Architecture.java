package io.bulwark.imaging.isolation;

import java.io.IOException;

/** A processor whose system calls {@link SystemCall} knows. */
enum Architecture {
    X86_64(0xC000003E),
    AARCH64(0xC00000B7);

    private final int audit;

    /** @param audit its {@code AUDIT_ARCH_*} of linux/audit.h */
    Architecture(int audit) {
        this.audit = audit;
    }

    int audit() {
        return audit;
    }

    /**
     * That of this JVM.
     *
     * @throws IOException if it is another one, or the system is not Linux
     */
    static Architecture here() throws IOException {
        String system = System.getProperty("os.name");
        String name = System.getProperty("os.arch");
        if (system.equals("Linux")) {
            switch (name) {
                case "amd64", "x86_64" -> {
                    return X86_64;
                }
                case "aarch64" -> {
                    return AARCH64;
                }
                default -> {}
            }
        }
        throw new IOException(
                "decoder processes are isolated on Linux on x86-64 and aarch64, this is " + system + " on " + name);
    }
}
