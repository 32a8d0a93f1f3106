//! What a screen is given with a key: the model to read, and where it puts what is to follow.

use std::collections::VecDeque;
use std::ops::Deref;

use crate::app::{Effect, Model, Nav, PromptKind, RequestPurpose, Route, View};
use crate::domain::{Error, PlanId, RequestId, ServiceRequest};

/// The model for reading, and what is to be done when the screen has returned. Only the operations beside this file can
/// change the model: whoever else wants to calls one of them.
pub struct Context<'a> {
    pub(in crate::app::ops) model: &'a mut Model,
    /// Where the person is.
    pub ui: UiState,
    out: &'a mut Outbox,
}

/// Where the person is, for what happens automatically.
#[derive(Debug, Clone, Copy)]
pub struct UiState {
    /// The view that is shown.
    pub view: View,
    /// An overlay lies in front of it.
    pub has_overlay: bool,
    /// The view has something open over its rows: a detail, the forecast, or a request.
    pub has_pane: bool,
    /// Something in the view takes all keys: a request that is read, or a search that is typed.
    pub captures_keys: bool,
    /// The first keys of a longer one were typed.
    pub has_pending_keys: bool,
}

impl UiState {
    /// Whether nothing lies in front of the rows of the view.
    pub fn is_unobstructed(self) -> bool {
        !self.has_overlay && !self.has_pane
    }
}

/// What is to be done after a message.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    /// By the console.
    pub effects: Vec<Effect>,
    /// By the shell, in the order in which it was asked for.
    pub nav: VecDeque<Nav>,
}

impl Deref for Context<'_> {
    type Target = Model;

    fn deref(&self) -> &Model {
        self.model
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(model: &'a mut Model, place: UiState, out: &'a mut Outbox) -> Context<'a> {
        Context { model, ui: place, out }
    }
}

impl Context<'_> {
    /// Says something.
    pub fn info(&mut self, text: impl Into<String>) {
        self.model.notifications.info(text, self.model.now);
    }

    /// Says that something worked.
    pub fn success(&mut self, text: impl Into<String>) {
        self.model.notifications.success(text, self.model.now);
    }

    /// Says that something failed.
    pub fn error(&mut self, failure: Error) {
        self.model.notifications.error(failure, self.model.now);
    }

    /// Says something about a plan; it stays until the plan is decided about.
    pub fn plan_info(&mut self, text: impl Into<String>, plan: PlanId) {
        self.model.notifications.plan_info(text, plan, self.model.now);
    }

    /// Says that something about a plan failed.
    pub fn plan_error(&mut self, failure: Error, plan: PlanId) {
        self.model.notifications.plan_error(failure, plan, self.model.now);
    }

    /// Takes the newest notification away. False where there is none.
    pub fn dismiss(&mut self) -> bool {
        self.model.notifications.dismiss_newest()
    }

    /// Asks the service task for something whose answer needs no owner.
    pub fn request(&mut self, request: ServiceRequest) -> RequestId {
        let id = RequestId(self.model.next_number());
        self.push_effect(Effect::Request(id, request));
        id
    }

    /// Asks the service task; the answer goes to the owner of the purpose.
    pub fn request_for(&mut self, purpose: RequestPurpose, request: ServiceRequest) -> RequestId {
        let id = self.request(request);
        self.model.in_flight.add(id, purpose);
        id
    }

    /// Has the console do something.
    pub fn push_effect(&mut self, effect: Effect) {
        self.out.effects.push(effect);
    }

    /// A number that names a job off the loop.
    pub fn next_number(&mut self) -> u64 {
        self.model.next_number()
    }

    /// Opens an overlay, when the screen that asks has returned.
    pub fn open(&mut self, route: Route) {
        self.navigate(Nav::Open(route));
    }

    /// Opens a prompt in a pause of typing.
    pub fn prompt_when_idle(&mut self, prompt: PromptKind) {
        self.navigate(Nav::PromptWhenIdle(prompt));
    }

    /// Closes the overlay that asks, when it has returned.
    pub fn close(&mut self) {
        self.navigate(Nav::Close);
    }

    /// Goes to a view.
    pub fn show_view(&mut self, view: View) {
        self.navigate(Nav::ShowView(view));
    }

    /// Asks the shell for something.
    pub fn navigate(&mut self, nav: Nav) {
        self.out.nav.push_back(nav);
    }
}
