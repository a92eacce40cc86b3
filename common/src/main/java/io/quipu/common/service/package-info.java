/**
 * What every service puts together in the same way: its clock, its store if it has one, its orderly end. Knows Spring; nothing of the domain
 * may know this package.
 *
 * <p>A service that stores imports {@link io.quipu.common.service.StoreConfiguration}; one that does not imports
 * {@link io.quipu.common.service.ClockConfiguration}.
 */
package io.quipu.common.service;
