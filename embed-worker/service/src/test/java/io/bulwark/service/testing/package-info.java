/** Real parts that the worker's tests share: settings, pictures, a bank, traffic, and a worker in this JVM. */
package io.bulwark.service.testing;
