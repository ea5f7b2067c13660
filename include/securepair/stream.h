#pragma once
#include <securepair/address.h>
#include <securepair/bytes.h>
#include <securepair/error.h>
#include <securepair/export.h>
#include <securepair/signal.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace securepair {

namespace detail {
struct Pipe;
struct StreamExtras;
}  // namespace detail

/// A duplex stream: bytes come as the event `data`, and are sent with write(). It flows from the
/// start, as the page's streams did: data that no one listens for is discarded, pause() holds it.
///
/// A stream is owned by a std::shared_ptr; an open connection also keeps itself alive. Listeners
/// are called on the stream's own thread, never from inside OpenSSL or libuv, and may do anything
/// to the stream, its destruction included. When `close` has been emitted all listeners are
/// dropped, so that a listener which holds its own stream makes no leak. Every method is harmless
/// on a closed stream.
class SECUREPAIR_API Stream : public std::enable_shared_from_this<Stream> {
 public:
  /// write() returns false once this many bytes wait to be sent.
  static constexpr std::size_t highWaterMark = std::size_t{128} * 1024;

  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream();

  /// Bytes, or text where an encoding is set. Valid until the listener returns.
  void onData(Listener<const Data&> listener);
  /// The peer has sent all that it will send; there is no more data.
  void onEnd(Listener<> listener);
  /// The last event: nothing is left of the connection. The argument is true where an error ended
  /// it.
  void onClose(Listener<bool> listener);
  /// After a write() that returned false: all of it has been handed on, write again.
  void onDrain(Listener<> listener);
  /// All that was written, and the end, has been handed on to the system. Not of an
  /// EncryptedStream, which ends with its pair.
  void onFinish(Listener<> listener);
  /// A failure at run time; the stream is destroyed and `close` follows. Where no one listens, the
  /// error goes to Loop::onUnhandledError.
  void onError(Listener<const Error&> listener);
  /// Nothing came or went for the time of setTimeout(). The stream stays open: end() or destroy()
  /// it.
  void onTimeout(Listener<> listener);

  /// Sends bytes or text. All of it is taken; false asks for a pause until `drain`. After end() or
  /// destroy() nothing is taken and the answer is false. Small writes of a connection's listener
  /// leave together after it returns, or, where much has arrived at once, when the loop has been
  /// through all of it: what blocks the thread meanwhile holds them up. exit() in the listener
  /// sends those of a socket; those of a TLS stream leave only where the listener returns.
  bool write(Data data);
  /// Sends what was written, then the end. The other direction stays open until the peer ends it.
  void end();
  void end(Data last);
  /// Ends both directions at once; what was not sent yet is dropped. `close` follows.
  void destroy();
  /// Sends what was written, then the end, and is destroyed when the peer has ended too, or half a
  /// second later: closed at once over data that was not read, the connection would be reset, and
  /// the peer might lose the rest of what was sent. What comes meanwhile is dropped.
  void destroySoon();
  /// destroy(), which tells the peer of a failure: over TCP a reset in place of an end, so that it
  /// never takes what it has got for the whole. What was sent and is still on its way may be lost
  /// too. A Unix socket knows no reset: its peer finds the end, and that it can write no more.
  void resetAndDestroy();

  /// Holds `data` and `end` back until resume(); the peer is slowed down by its transport.
  void pause();
  void resume();
  bool isPaused() const noexcept;

  /// `data` carries text from now on, whose characters are never split: "utf8" (invalid sequences
  /// become U+FFFD), "ascii", "latin1" or "binary", "hex", "base64", "utf16le" or "ucs2". Throws
  /// Error ERR_UNKNOWN_ENCODING for another name.
  void setEncoding(std::string_view encoding);

  /// Writes all `data` of this stream to `to`, pauses where it cannot follow, and ends it at `end`,
  /// each time after the listeners. A stream may be piped to itself. Returns `to`.
  template <std::derived_from<Stream> To>
  To& pipe(To& to) {
    pipeTo(to);
    return to;
  }
  template <std::derived_from<Stream> To>
  To& pipe(const std::shared_ptr<To>& to) {
    return pipe(*to);
  }

  /// Emits `timeout` once after this time without a byte in either direction, and again only after
  /// there was one; 0 switches it off. The listener is called for the next `timeout` alone, and
  /// takes the place of an earlier call's. Needs a Loop on this thread.
  void setTimeout(std::chrono::milliseconds idle, Listener<> listener = nullptr);
  /// Small writes do not wait for the answer to those before them (TCP_NODELAY). On by default; no
  /// effect on what is not TCP.
  void setNoDelay(bool noDelay = true);
  /// Lets the system ask a peer that is silent whether it is still there (SO_KEEPALIVE), at first
  /// after this time; 0: as it was set before, or else after the system's own, two hours mostly.
  /// Off by default; no effect on what is not TCP.
  void setKeepAlive(bool keepAlive = true, std::chrono::seconds delay = std::chrono::seconds(0));
  /// Lets the loop end, and the program with it, though this connection is open. A connection that
  /// is being made keeps the loop running all the same, and what is being sent; a handshake does
  /// not, nor what waits for its end. No effect on what has no socket.
  void unref();
  /// Takes unref() back.
  void ref();
  /// Where false, the default, end() is called by itself after `end` and its listeners.
  void setAllowHalfOpen(bool allow) noexcept { allowHalfOpen_ = allow; }

  bool readable() const noexcept;
  bool writable() const noexcept;
  bool destroyed() const noexcept { return life_ != Life::open; }
  /// Bytes that were written and wait until they can be handed on.
  virtual std::size_t bufferSize() const { return 0; }

  /// The own end of the connection; empty where there is none (any more).
  virtual std::optional<net::Address> address() const;
  /// The peer's end; empty where there is none (any more).
  virtual std::optional<net::Address> remote() const;
  /// The string representation of the remote IP address, for example "74.125.127.100".
  std::string remoteAddress() const;
  /// The numeric representation of the remote port, for example 443.
  int remotePort() const;

  /// The owner of this stream.
  virtual std::shared_ptr<Stream> shared() { return shared_from_this(); }

  /// Takes all that a stream receives in place of its listeners: a further layer, such as TLS.
  /// `error` and `close` still reach the stream's listeners, after the consumer.
  class SECUREPAIR_API Consumer {
   public:
    virtual ~Consumer();
    /// The bytes are valid until the call returns.
    virtual void consume(BytesView bytes) = 0;
    virtual void consumeEnd() = 0;
    /// How many bytes may come at once. A carrier that can reads no more, such as a socket.
    virtual std::size_t mostAtOnce() const noexcept;
    virtual void carrierDrained() = 0;
    /// The end that was asked for has been sent, after everything else.
    virtual void carrierFinished() = 0;
    virtual void carrierFailed(const Error& error) = 0;
    virtual void carrierClosed() = 0;
  };
  /// The stream owns the consumer until `close`, or until the loop ends. Throws Error
  /// ERR_STREAM_TAKEN where it has one already.
  void attach(std::shared_ptr<Consumer> consumer);

 protected:
  /// Who makes a stream of their own implements these, and reports with the functions below.
  Stream();

  /// Takes all of the bytes, valid during the call. False: more than highWaterMark waits; drained()
  /// follows.
  virtual bool doWrite(BytesView bytes) = 0;
  /// Sends the end after all that was written, then calls finished().
  virtual void doEnd() = 0;
  /// Lets go of everything, then calls closed(), in a later turn.
  virtual void doDestroy() = 0;
  /// Called when a listener of `data` has been added.
  virtual void dataListenerAdded() {}
  /// Called when isPaused() has changed.
  virtual void pausedChanged() {}
  virtual void doSetNoDelay(bool) {}
  virtual void doSetKeepAlive(bool, std::chrono::seconds) {}
  virtual void doKeepRunning(bool) {}
  /// doDestroy() follows, and is to be a reset.
  virtual void doReset() {}
  /// True where what is piped into the stream neither ends nor destroys it: standard output.
  virtual bool outlivesPipes() const { return false; }

  /// The caller keeps the stream alive during each of these. False: deliver no more for now.
  bool deliver(BytesView bytes);
  void deliverEnd();
  void drained();
  /// `drain` is waited for.
  bool needsDrain() const noexcept { return needDrain_; }
  /// Bytes have left: setTimeout()'s time begins anew.
  void touch();
  /// The end was sent; the stream is destroyed if the other direction has ended too.
  void finished();
  /// Emits `error` and destroys the stream.
  void fail(const Error& error);
  /// The same as far as `close` tells of it, where the error is told elsewhere.
  void markFailed() noexcept { failed_ = true; }
  /// Emits `close` and drops all listeners.
  void closed();
  /// In place of closed() where the loop has ended: no listener is called.
  void abandon() noexcept;

  /// This program opened the connection: an unhandled error makes run() return 1.
  void setOwnConnection() noexcept { ownConnection_ = true; }
  /// Somebody listens to `data`, or it is piped.
  bool hasDataListener() const noexcept;
  /// After destroySoon(): all has been sent, and what still comes is dropped until the peer ends.
  bool lingers() const noexcept { return writing_ == Writing::lingering; }
  bool hasConsumer() const noexcept { return consumer_ != nullptr; }
  /// What the consumer says, if there is one.
  std::size_t mostAtOnce() const noexcept;

 private:
  enum class Life : unsigned char { open, destroyed, closed };
  enum class Reading : unsigned char { flowing, paused, pausedBeforeEnd, ended };
  enum class Writing : unsigned char { open, ending, endingThenDestroy, finished, lingering };

  struct On {
    static constexpr Event<const Data&> data{0};
    static constexpr Event<> end{1};
    static constexpr Event<bool> close{2};
    static constexpr Event<> drain{3};
    static constexpr Event<> finish{4};
    static constexpr Event<const Error&> error{5};
    static constexpr Event<> timeout{6};
  };

  template <class... Args>
  void add(Event<Args...> event, Listener<Args...> listener) {
    if (life_ != Life::closed) events_.add(event, std::move(listener));
  }
  detail::StreamExtras& extras();
  /// write(), where the caller keeps the stream.
  bool put(BytesView bytes);
  void readerAdded();
  void pipeTo(Stream& to);
  void emitData(const Data& data);
  void feedPipes(std::forward_list<detail::Pipe>::iterator first, const Data& data);
  void awaitDrain(detail::Pipe& pipe, Stream& target);
  void letPipesGoOn();
  void endPipes();
  void breakPipes();
  // A pipe holds the stream beside what the user does with pause() and resume().
  void hold();
  void release();
  void stopFlow();
  void startFlow();
  void emitEnd();
  void answerEnd();
  void tellFailure(const Error& error);
  void emitClose();
  void dropListeners() noexcept;
  void closeIfDone();
  void linger();
  void stopTimers() noexcept;

  Signals events_;
  std::shared_ptr<Consumer> consumer_;
  std::forward_list<detail::Pipe> pipes_;  ///< all that were ever made
  std::unique_ptr<detail::StreamExtras> extras_;
  Life life_ = Life::open;
  Reading reading_ = Reading::flowing;
  Writing writing_ = Writing::open;
  bool pausedByUser_ = false;
  unsigned short heldBy_ = 0;
  bool allowHalfOpen_ = false;
  bool needDrain_ = false;
  bool failed_ = false;
  bool discarded_ = false;
  bool ownConnection_ = false;
};

}  // namespace securepair
