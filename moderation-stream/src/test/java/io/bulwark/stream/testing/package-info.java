/** What the tests of this module share: sample events, producers, and the application as a separate process. */
package io.bulwark.stream.testing;
