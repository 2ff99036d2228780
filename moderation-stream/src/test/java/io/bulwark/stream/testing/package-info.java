/** What the tests of this module share: sample events, producers, and the application as a process of its own. */
package io.bulwark.stream.testing;
