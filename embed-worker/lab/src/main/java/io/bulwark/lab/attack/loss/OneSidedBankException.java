package io.bulwark.lab.attack.loss;

/** All references are of one group, so there is nothing to lead from or to. */
public final class OneSidedBankException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** @param message names the group */
    public OneSidedBankException(String message) {
        super(message);
    }
}
