package io.bulwark.stream.testing;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Each test has a database and a review desk on it, by {@link ReviewDesk#RULES}. */
public abstract class ReviewDeskTestCase {

    protected TestDatabase database;
    protected ReviewDesk desk;

    @BeforeEach
    protected final void openDesk() {
        database = TestDatabase.open();
        desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
    }

    @AfterEach
    protected final void closeDesk() {
        database.close();
    }
}
