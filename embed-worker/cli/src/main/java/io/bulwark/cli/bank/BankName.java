package io.bulwark.cli.bank;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which bank a command is about, and where: {@code @Mixin BankName bank}. */
public final class BankName {

    @Option(
            names = "--bank",
            paramLabel = "NAME",
            defaultValue = "${env:BULWARK_BANK_NAME:-default}",
            description = "The bank's name, the worker's bulwark.bank.name (environment BULWARK_BANK_NAME).")
    private String name;

    @Mixin
    private BrokerOptions broker;

    /** The banks' topic on the broker that is named. The caller closes it. */
    public BankTopic topic() {
        return new BankTopic(broker());
    }

    /** The broker that is named, for reading. */
    public Broker broker() {
        return broker.broker();
    }

    /** @throws CommandFailure if it is no name: the parts of a reference's key are told apart by slashes */
    public String name() {
        if (name.isBlank() || name.contains("/")) {
            throw CommandFailure.usage("the bank \"" + name + "\" cannot be: a name is not blank and has no slash");
        }
        return name;
    }
}
