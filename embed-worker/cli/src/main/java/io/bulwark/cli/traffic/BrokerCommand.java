package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.OutputCommand;
import picocli.CommandLine.Mixin;

/** A command that prints what it does at a broker. */
public abstract class BrokerCommand extends OutputCommand {

    @Mixin
    private BrokerOptions options;

    /** The broker that the options name. */
    protected final Broker broker() {
        return options.broker();
    }
}
