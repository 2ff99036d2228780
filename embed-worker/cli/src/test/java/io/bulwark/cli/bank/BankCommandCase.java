package io.bulwark.cli.bank;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests of {@code bulwark bank …} at a broker that those of a class share. */
public abstract class BankCommandCase {

    @TempDir
    static Path data;

    @AutoClose
    protected static BankCommandLine commands;

    /** Of one test. */
    @TempDir
    protected Path folder;

    @BeforeAll
    static void startBroker() {
        commands = BankCommandLine.start(data);
    }
}
