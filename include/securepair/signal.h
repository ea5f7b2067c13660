#pragma once
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace securepair {
namespace detail {

template <class F, class Indices, class... Args>
struct TakesFirst;
template <class F, std::size_t... I, class... Args>
struct TakesFirst<F, std::index_sequence<I...>, Args...> {
  static constexpr bool value =
      std::is_invocable_v<F, std::tuple_element_t<I, std::tuple<Args...>>...>;
};

// With how many of Args..., from the left, F can be called: the most that fit, or -1.
template <class F, std::size_t N, class... Args>
constexpr int longestPrefix() {
  if constexpr (TakesFirst<F, std::make_index_sequence<N>, Args...>::value) {
    return static_cast<int>(N);
  } else if constexpr (N == 0) {
    return -1;
  } else {
    return longestPrefix<F, N - 1, Args...>();
  }
}
template <class F, class... Args>
inline constexpr int arity = longestPrefix<F, sizeof...(Args), Args...>();

template <class F, class Tuple, std::size_t... I>
void callFirst(F& f, Tuple&& args, std::index_sequence<I...>) {
  static_cast<void>(std::invoke(f, std::get<I>(std::forward<Tuple>(args))...));
}

// clang 14 offers the lone element of {.socket = socket} to a constructor of one T&& as
// T = void&, on which std::decay_t is a hard error. Nothing points to void&, so this is asked
// first.
template <class F>
concept Real = requires {
  static_cast<std::remove_reference_t<F>*>(nullptr);
};

template <class F, class... Args>
concept ListenerFor = Real<F> &&(arity<std::remove_cvref_t<F>&, Args...> >= 0);

// Pointers, std::function and the like; compilers warn of a comparison that is always false.
template <class F>
inline constexpr bool canBeNull =
    !std::is_function_v<std::remove_reference_t<F>> &&
    std::is_constructible_v<std::decay_t<F>, std::nullptr_t> && requires(const std::decay_t<F>& f) {
  f == nullptr;
};

// A listener of whatever parameters.
struct AnyListener {
  virtual ~AnyListener() = default;
};

}  // namespace detail

class Signals;

/// A listener of Args..., made from any callable, move-only ones too, which may take fewer
/// parameters than the event has. It has no default constructor, so that {} never means one.
template <class... Args>
class Listener {
 public:
  Listener(std::nullptr_t) noexcept {}
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Listener>) && detail::Real<F> &&
      (!std::is_null_pointer_v<std::remove_cvref_t<F>>)&&detail::ListenerFor<F, Args...> Listener(
          F&& f) {
    if constexpr (detail::canBeNull<F>) {
      if (f == nullptr) return;
    }
    // Not make_unique: a unique_ptr of each callable is half of what a listener makes compile.
    held_.reset(new Held<std::decay_t<F>>(std::forward<F>(f)));
  }

  explicit operator bool() const noexcept { return held_ != nullptr; }
  void operator()(Args... args) { held_->call(std::forward<Args>(args)...); }

 private:
  friend class Signals;
  struct Base : detail::AnyListener {
    virtual void call(Args... args) = 0;
  };
  template <class F>
  struct Held final : Base {
    template <class G>
    explicit Held(G&& g) : f(std::forward<G>(g)) {}
    void call(Args... args) override {
      detail::callFirst(
          f, std::forward_as_tuple(std::forward<Args>(args)...),
          std::make_index_sequence<static_cast<std::size_t>(detail::arity<F&, Args...>)>());
    }
    F f;
  };

  std::unique_ptr<Base> held_;
};

/// An event among those of a Signals, and the parameters of its listeners.
template <class... Args>
struct Event {
  unsigned char number = 0;
};

/// The listeners of several events, called in the order in which they were added. Costs a pointer
/// while no one listens. A listener may add listeners, clear the signals, or destroy their owner:
/// the running emission then ends without touching what is gone.
class Signals {
 public:
  Signals() noexcept = default;
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() { clear(); }

  template <class... Args>
  void add(Event<Args...> event, std::type_identity_t<Listener<Args...>> listener) {
    if (!listener) return;
    if (list_ == nullptr) {
      list_ = new List(event.number, std::move(listener.held_));
    } else {
      list_->last().next = std::make_unique<Node>(event.number, std::move(listener.held_));
    }
  }

  bool empty() const noexcept { return list_ == nullptr; }

  template <class... Args>
  bool has(Event<Args...> event) const noexcept {
    const Node* node = list_;
    while (node != nullptr && node->event != event.number) node = node->next.get();
    return node != nullptr;
  }

  /// Those added meanwhile are first called by the next emission.
  template <class... Args, class... Given>
  void emit(Event<Args...> event, Given&&... given) {
    if (empty()) return;
    const Emission emission(*list_);
    List& list = emission.list;
    const Node* const last = &list.last();
    for (Node* node = &list; !list.cleared; node = node->next.get()) {
      if (node->event == event.number)
        static_cast<typename Listener<Args...>::Base&>(*node->listener).call(given...);
      if (node == last) return;
    }
  }

  void clear() noexcept {
    // Let go of first: what a listener holds may, on its end, come back to these signals.
    List* const dropped = std::exchange(list_, nullptr);
    if (dropped == nullptr) return;
    dropped->cleared = true;
    if (dropped->emissions == 0) delete dropped;
  }

 private:
  struct Node {
    Node(unsigned char of, std::unique_ptr<detail::AnyListener> held) noexcept
        : listener(std::move(held)), event(of) {}
    std::unique_ptr<detail::AnyListener> listener;
    std::unique_ptr<Node> next = nullptr;
    unsigned char event;
  };
  struct List : Node {
    using Node::Node;
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List() {
      while (this->next != nullptr) this->next = std::move(this->next->next);  // no recursion
    }
    Node& last() noexcept {
      Node* node = this;
      while (node->next != nullptr) node = node->next.get();
      return *node;
    }
    bool cleared = false;
    unsigned emissions = 0;  ///< under way
  };
  /// Keeps the listeners until it ends, whatever they do.
  struct Emission {
    explicit Emission(List& used) noexcept : list(used) { ++list.emissions; }
    Emission(const Emission&) = delete;
    Emission& operator=(const Emission&) = delete;
    ~Emission() {
      if (--list.emissions == 0 && list.cleared) delete &list;
    }
    List& list;
  };

  List* list_ = nullptr;
};

/// The same for a single event.
template <class... Args>
class Signal {
 public:
  void add(Listener<Args...> listener) { signals_.add(Event<Args...>(), std::move(listener)); }
  bool empty() const noexcept { return signals_.empty(); }
  void emit(Args... args) { signals_.emit(Event<Args...>(), args...); }
  void clear() noexcept { signals_.clear(); }

 private:
  Signals signals_;
};

}  // namespace securepair
